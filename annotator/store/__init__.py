"""The only SQL: one module per table, plain functions, `db` first."""
