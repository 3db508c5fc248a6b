-- Drop all that is in a database.
SET search_path = pg_catalog;
SET client_min_messages = error;
SELECT format('DROP SCHEMA %I CASCADE', nspname)
FROM pg_namespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
\gexec
CREATE SCHEMA public;
