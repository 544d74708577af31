// Declared; its tests follow.
