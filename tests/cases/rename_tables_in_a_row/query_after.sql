SELECT t.meow, c.bark FROM tigers t, cats c
