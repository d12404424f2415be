SELECT c.meow, d.bark FROM cats c, dogs d
