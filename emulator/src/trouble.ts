export class Trouble {}
