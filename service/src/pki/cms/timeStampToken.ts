export { readTokenInfo as readTimeStamp } from '../timeStamp/timeStampInfo.ts';
