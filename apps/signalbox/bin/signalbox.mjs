#!/usr/bin/env node
import { fileURLToPath } from 'url';

// Old syntax on purpose: an old Node must get as far as the sentence below.
var needed = 24;
var version = process.versions.node;

if (Number(version.split('.')[0]) < needed) {
  process.stderr.write(
    'signalbox needs Node ' +
      needed +
      ' or newer, this is ' +
      version +
      '; install it from https://nodejs.org or run "npx -p node@' +
      needed +
      ' -p signalbox signalbox …"\n',
  );
  process.exitCode = 2;
} else {
  void import('fs').then(start);
}

function start(fs) {
  var source = new URL('../src/main.ts', import.meta.url);
  // Only a checkout has sources, and there they win over a stale build.
  var isCheckout = fs.existsSync(source);
  var ready = isCheckout ? import('module').then(useSources) : Promise.resolve();
  return ready
    .then(function () {
      return import(isCheckout ? source.href : new URL('../dist/main.mjs', import.meta.url).href);
    })
    .then(function (main) {
      return main.runMain(process);
    });
}

function useSources(nodeModule) {
  // Keeps the sources as they are after their types are stripped: the stripper costs time and 70 MB of memory.
  var folder = fileURLToPath(new URL('../../../node_modules/.cache/signalbox', import.meta.url));
  nodeModule.enableCompileCache(folder);
  // The cache is that of a thread; others, such as the store's, find it by this.
  process.env.NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE || folder;
  nodeModule.registerHooks({
    resolve: function (specifier, context, nextResolve) {
      var conditions = ['@signalbox/source'].concat(context.conditions);
      return nextResolve(specifier, Object.assign({}, context, { conditions: conditions }));
    },
  });
}
