import { html } from './html.ts';

/** The one stylesheet of the pages; it follows the colours the person prefers. */
export const stylesheet = html`
:root { color-scheme: light dark; --back: #f6f7f9; --card: #fff; --text: #1a1d21; --soft: #5b6470; --line: #d5dae1; --main: #1d5fd1; --on-main: #fff; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --back: #14171b; --card: #1d2127; --text: #eceff3; --soft: #a6b0bd; --line: #3a424d; --main: #7fb0ff; --on-main: #0b1a33; --bad: #ff9d94; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 30rem; margin: 0 auto; padding: 2rem 1rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem; }
h1 { font-size: 1.35rem; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
input[type=text], input[type=password] { width: 100%; font: inherit; padding: .6rem; color: inherit; background: var(--back); border: 1px solid var(--line); border-radius: .4rem; }
fieldset { border: 1px solid var(--line); border-radius: .4rem; margin: 1rem 0; }
fieldset label { font-weight: 400; margin: .25rem 0; }
button, a.button { display: block; width: 100%; margin-top: 1rem; padding: .7rem; font: inherit; font-weight: 600; text-align: center; text-decoration: none; color: var(--on-main); background: var(--main); border: 2px solid var(--main); border-radius: .4rem; cursor: pointer; }
button.other { color: var(--main); background: transparent; }
button.small { display: inline-block; width: auto; margin: 0; padding: .3rem .7rem; }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
.soft { color: var(--soft); }
.bad { color: var(--bad); font-weight: 600; }
.note { border-left: 4px solid var(--bad); padding-left: .75rem; }
dl { margin: 1rem 0; } dt { color: var(--soft); font-size: .9rem; } dd { margin: 0 0 .6rem; overflow-wrap: anywhere; }
ul { padding-left: 1.2rem; } li { margin: .3rem 0; } ul.rows { list-style: none; padding: 0; } ul.rows li { display: flex; gap: 1rem; justify-content: space-between; align-items: center; border-top: 1px solid var(--line); padding: .6rem 0; }
.code { font: 600 1.6rem ui-monospace, monospace; letter-spacing: .15em; text-align: center; }
`;
