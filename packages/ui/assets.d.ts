/** Absolute path of the folder that holds the built page (index.html and hashed assets). */
export declare const assetsDirectory: string;
