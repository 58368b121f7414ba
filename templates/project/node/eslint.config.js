import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'eslint.config.js'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  { languageOptions: { parserOptions: { project: './tsconfig.json' } } },
  // a test of node:test is a promise that the runner awaits
  { files: ['test/**'], rules: { '@typescript-eslint/no-floating-promises': 'off' } },
);
