-- Put :rows rows into every table that takes them, parents before children.
SET search_path = pg_catalog;
SET client_min_messages = error;

-- What to write for a column in row `i`, or NULL where its type is not known. Numbers are small and
-- positive, and a later column has a later time: what most checks of a table ask for.
CREATE FUNCTION pg_temp.value(kind oid, typmod int, place int) RETURNS text LANGUAGE sql AS $$
    SELECT CASE
        WHEN t.typtype = 'e' THEN format(
            '(enum_range(NULL::%1$s))[1 + i %% array_length(enum_range(NULL::%1$s), 1)]',
            format_type(kind, NULL))
        WHEN t.typname = 'uuid' THEN 'gen_random_uuid()'
        WHEN t.typname IN ('json', 'jsonb') THEN format('json_build_object(''number'', i)::%s', t.typname)
        WHEN t.typname = 'bytea' THEN 'convert_to(i::text, ''UTF8'')'
        WHEN t.typcategory = 'B' THEN 'i % 2 = 0'
        WHEN t.typname = 'numeric' AND typmod > 0 THEN format(
            '(i %% power(10, least(9, %s))::int)::numeric', ((typmod - 4) >> 16) - ((typmod - 4) & 65535))
        WHEN t.typcategory = 'N' THEN format('i::%s', format_type(kind, NULL))
        WHEN t.typcategory = 'D' AND t.typname LIKE 'time%' AND t.typname NOT LIKE 'timestamp%'
            THEN format(
                '(time ''03:04'' + i * interval ''1 second'' + %s * interval ''1 minute'')::%s',
                place, format_type(kind, NULL))
        WHEN t.typcategory = 'D'
            THEN format(
                '(timestamp ''2030-01-02 03:04'' + i * interval ''1 day'' + %s * interval ''1 minute'')::%s',
                place, format_type(kind, NULL))
        WHEN t.typcategory = 'T' THEN 'i * interval ''1 minute'''
        WHEN t.typcategory = 'I' THEN format('(inet ''10.0.0.0'' + i)::%s', format_type(kind, NULL))
        WHEN t.typcategory = 'A' THEN format('''{}''::%s', format_type(kind, NULL))
        WHEN t.typcategory = 'S' AND typmod > 4 THEN format('left(''r'' || i, %s)', typmod - 4)
        WHEN t.typcategory = 'S' THEN '''r'' || i'
    END
    FROM pg_type AS t
    WHERE t.oid = kind
$$;

-- Insert rows into one table; `all_columns` is false for those alone that must have a value.
CREATE FUNCTION pg_temp.insert_rows(relation oid, amount int, all_columns bool) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    start bigint;
    names text;
    written text;
BEGIN
    EXECUTE format('SELECT count(*) FROM %s', relation::regclass) INTO start;
    SELECT
        string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
        string_agg(
            CASE WHEN k.confrelid IS NULL THEN coalesce(pg_temp.value(a.atttypid, a.atttypmod, a.attnum), 'NULL')
            ELSE format(
                '(SELECT p.%1$I FROM %2$s AS p ORDER BY p.ctid DESC'
                ' OFFSET i %% greatest((SELECT count(*) FROM %2$s), 1) LIMIT 1)',
                (SELECT attname FROM pg_attribute AS o
                 WHERE o.attrelid = k.confrelid AND o.attnum = k.confkey[array_position(k.conkey, a.attnum)]),
                k.confrelid::regclass)
            END, ', ' ORDER BY a.attnum)
    INTO names, written
    FROM pg_attribute AS a
    LEFT JOIN LATERAL (
        SELECT c.* FROM pg_constraint AS c
        WHERE c.conrelid = relation AND c.contype = 'f' AND a.attnum = ANY (c.conkey)
        LIMIT 1
    ) AS k ON true
    WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
        AND NOT a.atthasdef AND a.attidentity = '' AND (all_columns OR a.attnotnull);
    IF names IS NULL THEN
        EXECUTE format('INSERT INTO %s DEFAULT VALUES', relation::regclass);
        RETURN;
    END IF;
    EXECUTE format(
        'INSERT INTO %s (%s) SELECT %s FROM generate_series(%s, %s) AS i',
        relation::regclass, names, written, start + 1, start + amount);
END $$;

-- Switch triggers and rules of a table off or on: `word` is DISABLE or ENABLE.
CREATE FUNCTION pg_temp.switch(relation oid, word text, triggers name[], rules name[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    one name;
BEGIN
    FOREACH one IN ARRAY coalesce(triggers, '{}') LOOP
        EXECUTE format('ALTER TABLE %s %s TRIGGER %I', relation::regclass, word, one);
    END LOOP;
    FOREACH one IN ARRAY coalesce(rules, '{}') LOOP
        EXECUTE format('ALTER TABLE %s %s RULE %I', relation::regclass, word, one);
    END LOOP;
END $$;

-- Insert rows, without triggers and rules where these keep all of them out: what a migration loses
-- could not be told otherwise.
CREATE FUNCTION pg_temp.put_in(relation oid, amount int, all_columns bool) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    empty bool;
    triggers name[];
    rules name[];
BEGIN
    PERFORM pg_temp.insert_rows(relation, amount, all_columns);
    EXECUTE format('SELECT NOT EXISTS (SELECT FROM %s)', relation::regclass) INTO empty;
    IF empty THEN
        SELECT array_agg(tgname) INTO triggers FROM pg_trigger
        WHERE tgrelid = relation AND NOT tgisinternal AND tgenabled IN ('O', 'A');
        SELECT array_agg(rulename) INTO rules FROM pg_rewrite
        WHERE ev_class = relation AND ev_enabled IN ('O', 'A');
        PERFORM pg_temp.switch(relation, 'DISABLE', triggers, rules);
        PERFORM pg_temp.insert_rows(relation, amount, all_columns);
        PERFORM pg_temp.switch(relation, 'ENABLE', triggers, rules);
    END IF;
END $$;

CREATE FUNCTION pg_temp.fill(amount int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    waiting oid[];
    left_over oid[];
    relation oid;
BEGIN
    SELECT array_agg(c.oid) INTO waiting
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'alembic_version'
        AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema';
    FOR turn IN 1 .. coalesce(array_length(waiting, 1), 0) LOOP
        left_over := '{}';
        FOREACH relation IN ARRAY waiting LOOP
            BEGIN
                PERFORM pg_temp.put_in(relation, amount, true);
            EXCEPTION WHEN others THEN
                BEGIN
                    PERFORM pg_temp.put_in(relation, amount, false);
                EXCEPTION WHEN others THEN
                    left_over := left_over || relation;
                END;
            END;
        END LOOP;
        EXIT WHEN left_over = '{}' OR array_length(left_over, 1) = array_length(waiting, 1);
        waiting := left_over;
    END LOOP;
END $$;

SELECT pg_temp.fill(:rows);
