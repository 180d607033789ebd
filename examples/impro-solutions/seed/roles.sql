-- The two roles of a declared system; run in each of its databases, as often as one likes.
-- calends_locate reads and cannot write, whatever it is told; calends_act changes and deletes
-- rows, and can neither add any nor touch the schema.
DO $$
BEGIN
    CREATE ROLE calends_locate LOGIN;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
DO $$
BEGIN
    CREATE ROLE calends_act LOGIN;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;

ALTER ROLE calends_locate SET default_transaction_read_only = on;
ALTER ROLE calends_locate SET statement_timeout = '30s';
ALTER ROLE calends_act SET statement_timeout = '60s';

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO calends_locate, calends_act;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO calends_locate;
GRANT SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO calends_act;
