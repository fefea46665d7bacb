import { html } from './html.ts';

/** Asks the browser for a passkey and sends its answer with the form; without it the form stays hidden. */
export const passkeySignInScript = html`
const form = document.getElementById('passkey-form');
const given = document.getElementById('passkey-options').dataset.options;
if (window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON) {
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(given));
    const credential = await navigator.credentials.get({ publicKey }).catch(() => null);
    if (credential === null) return;
    document.getElementById('passkey-answer').value = JSON.stringify(credential.toJSON());
    form.submit();
  });
}
`;

/** Makes a new passkey and sends its public part with the form. */
export const passkeyAddScript = html`
const form = document.getElementById('passkey-form');
const given = document.getElementById('passkey-options').dataset.options;
if (window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON) {
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(given));
    const credential = await navigator.credentials.create({ publicKey }).catch(() => null);
    if (credential === null) return;
    document.getElementById('passkey-answer').value = JSON.stringify(credential.toJSON());
    form.submit();
  });
}
`;
