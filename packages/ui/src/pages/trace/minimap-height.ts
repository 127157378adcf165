/** In pixels; kept free until the minimap's code is here. */
export const minimapHeight = 52;
