// Compares the public API of each package with its report in packages/X/etc, or writes the reports with --update.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

import { entriesOf, workspaces } from './workspaces.mjs';

const update = process.argv.includes('--update');
const temporary = mkdtempSync(path.join(tmpdir(), 'spanwise-api-'));
let failures = 0;

for (const workspace of workspaces()) {
  if (!workspace.folder.startsWith('packages/')) continue;
  // Entries under internal/ are for our other packages, and promise nothing.
  for (const { name } of entriesOf(workspace)) if (!name.startsWith('internal/')) report(workspace, name);
}
rmSync(temporary, { recursive: true });
if (failures > 0) {
  console.error(
    `${failures} API reports differ. When the change is meant, run npm run api:update and commit the reports.`,
  );
  process.exit(1);
}

function report({ directory, folder, manifest }, entry) {
  const declarations = path.join(directory, 'lib', `${entry}.d.ts`);
  if (!existsSync(declarations)) {
    console.error(`${folder}: lib/${entry}.d.ts is missing; run npm run build:types first`);
    failures += 1;
    return;
  }
  const reports = path.join(directory, 'etc');
  mkdirSync(reports, { recursive: true });
  const config = ExtractorConfig.prepare({
    configObjectFullPath: path.join(directory, 'api-extractor.json'),
    packageJsonFullPath: path.join(directory, 'package.json'),
    packageJson: manifest,
    configObject: {
      projectFolder: directory,
      mainEntryPointFilePath: declarations,
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'es2022',
            module: 'nodenext',
            moduleResolution: 'nodenext',
            lib: ['es2022', 'esnext.disposable'],
            types: ['node'],
            skipLibCheck: true,
          },
          files: [declarations],
        },
      },
      apiReport: {
        enabled: true,
        // The interfaces behind what an entry exports under another name: they are the surface.
        includeForgottenExports: true,
        reportFileName: `${entry.replaceAll('/', '.')}.api.md`,
        reportFolder: reports,
        reportTempFolder: temporary,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'none' } },
        extractorMessageReporting: { default: { logLevel: 'none' }, 'ae-wrong-input-file-type': { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  });
  const result = Extractor.invoke(config, {
    localBuild: update,
    messageCallback: (message) => {
      message.handled = message.logLevel !== 'error';
    },
  });
  if (result.apiReportChanged && !update) {
    console.error(`${folder}: the public API of "${entry}" differs from etc/${entry.replaceAll('/', '.')}.api.md`);
    failures += 1;
  }
}
