#!/usr/bin/env node
// Reference verdicts from GitHub's own workflow parser (and, on request, its
// language service). Prints one JSON line per file:
//   {"file": "...", "errors": [{"line": 1, "col": 1, "message": "..."}]}
import fs from "node:fs";
import path from "node:path";
import {pathToFileURL} from "node:url";
import {emit, importFrom, moduleFolders, packageVersion, readArguments, tidy} from "./resolve.mjs";

const USAGE = `usage: node official_parser.mjs [options] FILE...
  --modules DIR     node_modules folder (or its parent) holding the packages
  --list FILE       read more paths from FILE, one a line (- for stdin)
  --level LEVEL     parser (default): parseWorkflow + convertWorkflowTemplate
                    service: the language service's validate(), a superset
  --features LIST   all (default), none, or experimental feature names
  --root DIR        repository root for local reusable workflows; default: the
                    folder above .github in each path
  --policy POLICY   try (default): convert even after errors, as editors do
                    strict: stop at the reader's errors, as the package's tests do
  --no-reusable     do not read local reusable workflows
  --xlang           FILEs are the official multi-document test cases: run them
                    as its own test runner does and add what was expected
`;

const {options, files} = readArguments(
  process.argv.slice(2),
  {
    level: "value",
    features: "value",
    root: "value",
    policy: "value",
    "no-reusable": "switch",
    xlang: "switch"
  },
  USAGE
);
const folders = moduleFolders(options.modules);
const load = name => importFrom(name, folders);

const {FeatureFlags} = await load("@actions/expressions");
const parser = await load("@actions/workflow-parser");
const {convertWorkflowTemplate, ErrorPolicy} = await load("@actions/workflow-parser/model/convert");
const {TemplateContext, TemplateValidationErrors} = await load(
  "@actions/workflow-parser/templates/template-context"
);
const {getWorkflowSchema} = await load("@actions/workflow-parser/workflows/workflow-schema");
const {fileIdentifier} = await load("@actions/workflow-parser/workflows/file-reference");
const quiet = new parser.NoOperationTraceWriter();
const schema = getWorkflowSchema();

const POLICY = options.policy === "strict" ? ErrorPolicy.ReturnErrorsOnly : ErrorPolicy.TryConversion;
const WANTED = options.features === undefined ? "all" : options.features;
const FLAGS =
  WANTED === "none"
    ? {}
    : WANTED === "all"
    ? // The two features that only add advice are left off.
      {all: true, blockScalarChompingWarning: false, missingInputsQuickfix: false}
    : Object.fromEntries(WANTED.split(",").map(name => [name.trim(), true]));

let service;
if (options.level === "service") {
  const {validate} = await load("@actions/languageservice");
  const {clearCache} = await load("@actions/languageservice/utils/workflow-cache");
  const {TextDocument} = await load("vscode-languageserver-textdocument");
  service = {validate, clearCache, TextDocument};
} else if (options.level !== undefined && options.level !== "parser") {
  process.stderr.write(`unknown level ${options.level}\n${USAGE}`);
  process.exit(2);
}

// Answers of the published parser that GitHub's servers are known not to give:
// its converter asserts plain values where the servers take an expression for
// a whole mapping, an input without a body, or a default of another type.
const DOUBTFUL = [
  /^Unexpected type 'BasicExpressionToken' encountered while reading /,
  /^Unexpected type 'NullToken' encountered while reading '(workflow dispatch inputs|input configuration)'/,
  /^Unexpected type '(Boolean|Number|String)Token' encountered while reading 'input default'/
];
const KNOCK_ON = [/ depends on unknown job /, /^The workflow must contain at least one job with no dependencies/];

/** Mark the reports to leave out when the verdict is used as the truth. */
function markDoubtful(errors) {
  const first = errors.filter(item => DOUBTFUL.some(pattern => pattern.test(item.message)));
  for (const item of first) item.doubtful = true;
  if (first.length === 0) return errors;
  for (const item of errors) {
    if (KNOCK_ON.some(pattern => pattern.test(item.message))) item.doubtful = true;
    if (item.message === "Unexpected value ''" && first.some(other => other.line === item.line)) item.doubtful = true;
  }
  return errors;
}

function plainError(error) {
  const start = error.range && error.range.start;
  if (start) return {line: start.line, col: start.column, message: error.rawMessage};
  const place = /\(Line: (\d+), Col: (\d+)\)/.exec(error.prefix || error.message || "");
  return {
    line: place ? Number(place[1]) : 0,
    col: place ? Number(place[2]) : 0,
    message: error.rawMessage || error.message
  };
}

/** Reads reusable workflows of the same repository; undefined if there is any it cannot read. */
function localProvider(file, text) {
  if (options["no-reusable"]) return undefined;
  const full = path.resolve(file);
  const cut = full.lastIndexOf(`${path.sep}.github${path.sep}`);
  const root = options.root ? path.resolve(options.root) : cut >= 0 ? full.slice(0, cut) : undefined;
  if (root === undefined) return undefined;
  let any = false;
  // Only jobs may call workflows; a remote one cannot be read here, and the
  // parser would report it as missing, so such a file is parsed on its own.
  for (const match of text.matchAll(/^\s+uses:\s*["']?([^\s"'#]+\.ya?ml(?:@[^\s"'#]+)?)/gm)) {
    const reference = match[1];
    if (!reference.startsWith("./") && !reference.startsWith("$/")) return undefined;
    if (!fs.existsSync(path.join(root, reference.slice(2)))) return undefined;
    any = true;
  }
  if (!any) return undefined;
  return {
    getFileContent: reference => {
      const name = fileIdentifier(reference);
      return Promise.resolve({name, content: fs.readFileSync(path.join(root, reference.path), "utf8")});
    }
  };
}

async function parse(name, text, provider, flags, policy) {
  const features = new FeatureFlags(flags);
  const context = new TemplateContext(new TemplateValidationErrors(), schema, quiet);
  context.state.featureFlags = features;
  const result = parser.parseWorkflow({name, content: text}, context);
  let template;
  if (result.value !== undefined) {
    template = await convertWorkflowTemplate(context, result.value, provider, {
      fetchReusableWorkflowDepth: provider ? 1 : 0,
      errorPolicy: policy,
      featureFlags: features
    });
  }
  return {context, template, value: result.value};
}

async function checkWithParser(file, text) {
  const name = `.github/workflows/${path.basename(file)}`;
  const {context} = await parse(name, text, localProvider(file, text), FLAGS, POLICY);
  const own = [];
  for (const error of context.errors.getErrors()) {
    const item = plainError(error);
    // An error inside a called workflow belongs to that file, not to this one.
    const foreign = error.prefix && !error.prefix.startsWith(name);
    if (foreign) item.message = `${error.prefix}: ${item.message}`;
    own.push(foreign ? {...item, line: 0, col: 0} : item);
  }
  return own;
}

const SEVERITY = {1: "error", 2: "warning", 3: "information", 4: "hint"};

async function checkWithService(file, text) {
  service.clearCache();
  const uri = pathToFileURL(path.resolve(file)).href.replace(/\/action\.(ya?ml)$/, "/workflow.$1");
  const document = service.TextDocument.create(uri, "yaml", 1, text);
  const found = await service.validate(document, {
    featureFlags: new FeatureFlags(FLAGS),
    fileProvider: localProvider(file, text)
  });
  return found.map(item => ({
    line: item.range.start.line + 1,
    col: item.range.start.character + 1,
    message: item.message,
    severity: SEVERITY[item.severity] || "error"
  }));
}

/** One official case: options, input, pairs of (name, workflow), expected JSON. */
async function runOfficialCase(file, text) {
  const documents = text.split(/\r?\n---\r?\n/);
  const {parse: parseYaml} = await load("yaml");
  const settings = parseYaml(documents[0]) || {};
  const called = {};
  if (file.includes("reusable")) {
    for (let i = 2; i < documents.length - 1; i += 2) {
      called[documents[i]] = {name: documents[i], content: documents[i + 1]};
    }
  }
  const provider = {
    getFileContent: reference => {
      const found = called[fileIdentifier(reference)];
      if (found) return Promise.resolve(found);
      throw new Error(`File not found: ${file}`);
    }
  };
  const expected = JSON.parse(documents[documents.length - 1]);
  const {context, template} = await parse(
    `.github/workflows/${path.basename(file)}`,
    documents[1],
    provider,
    settings["experimental-features"],
    ErrorPolicy.ReturnErrorsOnly
  );
  if (template) {
    const skip = (settings.skip || []).map(item => item.toLowerCase());
    if (!(skip.includes("go") && skip.includes("c#"))) delete template.events;
    if (template.errors) delete template.jobs;
  }
  const wanted = JSON.stringify(expected, null, "  ");
  const got = template === undefined ? "" : JSON.stringify(template, null, "  ");
  return {
    errors: tidy(context.errors.getErrors().map(plainError)),
    expected: expected.errors ? "error" : "ok",
    matches: got === wanted,
    verdict: context.errors.count > 0 ? "error" : "ok"
  };
}

let failures = 0;
for (const file of files) {
  const record = {file, errors: []};
  try {
    const text = fs.readFileSync(file, "utf8");
    if (options.xlang) Object.assign(record, await runOfficialCase(file, text));
    else {
      const found = await (service ? checkWithService(file, text) : checkWithParser(file, text));
      record.errors = markDoubtful(tidy(found));
    }
  } catch (error) {
    failures++;
    record.crash = String((error && error.stack) || error).split("\n")[0];
  }
  emit(record);
}
if (process.env.HARNESS_VERBOSE) {
  process.stderr.write(
    `@actions/workflow-parser ${packageVersion("@actions/workflow-parser", folders)}, ` +
      `${files.length} files, ${failures} crashes\n`
  );
}
process.exit(failures > 0 ? 3 : 0);
