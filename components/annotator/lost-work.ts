// What is seldom needed of the notices, and only once the server has answered: loaded as a whole.
export { LostChanges } from "./lost-changes";
export { ForgottenAnswers, UnreadableAnswers } from "./recovery";
