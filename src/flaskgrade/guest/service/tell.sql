-- Print what is in a database, as one line of JSON.
SET search_path = pg_catalog;
SET client_min_messages = error;

-- The first rows of a table, each value as text of at most 200 characters.
CREATE FUNCTION pg_temp.sample(relation oid) RETURNS json LANGUAGE plpgsql AS $$
DECLARE found json;
BEGIN
    EXECUTE format(
        'SELECT json_agg((SELECT json_object_agg(e.key, left(e.value, 200))'
        ' FROM json_each_text(row_to_json(t)) AS e)) FROM (SELECT * FROM %s LIMIT 20) AS t',
        relation::regclass
    ) INTO found;
    RETURN coalesce(found, '[]');
END $$;

-- The columns of a relation by their numbers, in that order; NULL for an expression.
CREATE FUNCTION pg_temp.columns(relation oid, numbers int2[]) RETURNS json LANGUAGE sql AS $$
    SELECT coalesce(json_agg(a.attname ORDER BY n.place), '[]')
    FROM unnest(numbers) WITH ORDINALITY AS n (number, place)
    LEFT JOIN pg_attribute AS a
        ON a.attrelid = relation AND a.attnum = n.number AND n.number <> 0
$$;

CREATE FUNCTION pg_temp.named(relation oid) RETURNS text LANGUAGE sql AS $$
    SELECT CASE n.nspname WHEN 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.oid = relation
$$;

CREATE FUNCTION pg_temp.described(relation oid) RETURNS json LANGUAGE sql AS $$
    SELECT json_build_object(
        'columns', (
            SELECT coalesce(json_agg(json_build_array(
                a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                EXISTS (
                    SELECT FROM pg_index AS i
                    WHERE i.indrelid = relation AND i.indisprimary AND a.attnum = ANY (i.indkey)
                )
            ) ORDER BY a.attname), '[]')
            FROM pg_attribute AS a
            WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
        ),
        'foreign_keys', (
            SELECT coalesce(json_agg(json_build_array(
                pg_temp.columns(relation, k.conkey), pg_temp.named(k.confrelid),
                pg_temp.columns(k.confrelid, k.confkey)
            ) ORDER BY k.conkey), '[]')
            FROM pg_constraint AS k
            WHERE k.conrelid = relation AND k.contype = 'f'
        ),
        'indexes', (
            SELECT coalesce(json_agg(json_build_array(
                i.indisunique, pg_temp.columns(relation, i.indkey::int2[])
            ) ORDER BY i.indisunique, i.indkey::text), '[]')
            FROM pg_index AS i
            WHERE i.indrelid = relation AND NOT i.indisprimary
        ),
        'rows', pg_temp.sample(relation)
    )
$$;

SELECT json_build_object(
    'tables', coalesce(json_object_agg(pg_temp.named(t.oid), pg_temp.described(t.oid)), '{}')
)
FROM (
    SELECT c.oid
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    ORDER BY c.relname
    LIMIT 500
) AS t;
