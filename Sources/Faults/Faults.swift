// Declared; its code follows.
