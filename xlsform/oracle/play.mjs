// Plays answers on forms with ODK's engine, and writes what it says after each of them.
//
//     node play.mjs FORM.xml PLAN.json STATES.json [FORM.xml PLAN.json STATES.json ...]

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { JSDOM } from 'jsdom';

// What the engine takes from a browser.
const { window } = new JSDOM('', { url: 'http://localhost/' });
const names = ['DOMParser', 'XMLSerializer', 'Node', 'Element', 'Document', 'Attr', 'Text', 'Comment',
  'CDATASection', 'ProcessingInstruction', 'NodeFilter', 'XMLDocument', 'XPathResult',
  'XPathEvaluator', 'XPathExpression', 'HTMLElement'];
for (const name of names) globalThis[name] ??= window[name];
globalThis.window = window;
globalThis.document = window.document;
globalThis.__dirname = import.meta.dirname;
globalThis.require = createRequire(import.meta.url);

// The clock stands, so that today is the same day here and there.
let now = 0;
Date.now = () => now;
const { createInstance } = await import('@getodk/xforms-engine');

function leaves(node, found) {
  const name = node.currentState.reference.split('/').pop().replace(/\[.*$/, '');
  const children = node.currentState.children;
  if (children === null) found.set(name, node);
  else if (!node.nodeType.startsWith('repeat')) for (const child of children) leaves(child, found);
  return found;
}

function answer(node, { value }) {
  if (node.nodeType === 'select') {
    node.selectValues(value === null ? [] : [value].flat().map(String));
  } else if (node.nodeType === 'trigger') {
    node.setValue(value === true);
  } else {
    // An empty text: of none the engine makes an error.
    node.setValue(value === null && node.valueType === 'string' ? '' : value);
  }
}

function shown(value) {
  if (value === null || value === undefined) return '';
  // Here, what is no number is no value.
  const text = String(value);
  return ['NaN', 'Infinity', '-Infinity'].includes(text) ? '' : text;
}

function said(root, names) {
  const nodes = leaves(root, new Map());
  const state = {};
  for (const name of names) {
    const node = nodes.get(name);
    if (node === undefined) throw new Error(`there is no question ${name}`);
    const { relevant, required, readonly, value, valueOptions } = node.currentState;
    const constraint = node.validationState.constraint;
    state[name] = {
      relevant, required, readonly,
      valid: constraint?.valid ?? true,
      value: shown(value),
      offered: valueOptions?.map((option) => option.value) ?? null,
    };
  }
  return state;
}

async function play(formPath, planPath, statesPath) {
  const xml = readFileSync(formPath, 'utf8');
  const plan = JSON.parse(readFileSync(planPath, 'utf8'));
  now = plan.now;
  const sequences = [];
  for (const steps of plan.sequences) {
    const { root } = await createInstance(xml, { form: { fetchFormAttachment: async () => new Response('', { status: 404 }) } });
    const states = [said(root, plan.names)];
    for (const step of steps) {
      answer(leaves(root, new Map()).get(step.name), step);
      states.push(said(root, plan.names));
    }
    sequences.push(states);
  }
  writeFileSync(statesPath, JSON.stringify({ sequences }));
}

const files = process.argv.slice(2);
let failed = false;
for (let at = 0; at < files.length; at += 3) {
  try {
    await play(files[at], files[at + 1], files[at + 2]);
  } catch (error) {
    failed = true;
    console.error(`${files[at]}: ${error?.stack ?? error}`);
  }
}
process.exit(failed ? 1 : 0);
