/** The class alone. The main entry of axios loads twice as long, for what a token request never needs. */
declare module 'axios/unsafe/core/Axios.js' {
  export { Axios as default } from 'axios';
}
