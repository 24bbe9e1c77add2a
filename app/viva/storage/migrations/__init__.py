"""Steps from one schema to the next, run when a database is opened."""
