export { attributeText } from '@spanwise/wire';
