import { createLazyRoute } from '@tanstack/react-router';
import { TracesPage } from './traces-page.tsx';

export const route = createLazyRoute('/')({ component: TracesPage });
