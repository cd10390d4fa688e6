CREATE OR REPLACE FUNCTION annals.secret_column(name text) RETURNS boolean
-- version: 2
-- The default deny-list: is a column of this name masked unless it was revealed on purpose? Words are found in
-- snake_case, camelCase (IDToken) and kebab-case alike, with a number behind them (password2), and a few of them
-- in one piece with the word before (accesstoken).
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS $$
  SELECT regexp_replace('_' || lower(regexp_replace(regexp_replace(regexp_replace(name,
      '([a-z0-9])([A-Z])', '\1_\2', 'g'), '([A-Z])([A-Z][a-z])', '\1_\2', 'g'), '[^A-Za-z0-9]+', '_', 'g')) || '_',
      '([a-z])[0-9]+(?=_)', '\1', 'g')
    ~ ('_(pass(wd|word|phrase|code)s?|[a-z]*password[a-z]*|pwd|(client|shared|jwt|app)?secrets?|(access|refresh|id|auth|api|csrf|xsrf|reset|session|bearer)?tokens?'
    || '|api_?keys?|(access|ssh)_?keys?|private_?keys?|secret_?keys?'
    || '|encryption_?keys?|signing_?keys?|credentials?|authorization|cookies?|session_?(id|key|token)s?|otp|totp|mfa'
    || '|pin|pin_?code|cvv|cvc|card_?number|pan|ssn|salt)_')
$$;

CREATE OR REPLACE FUNCTION annals.is_masked(name text, masked text[], revealed text[], known text[], present text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT name = ANY (masked) OR (NOT name = ANY (revealed) AND annals.secret_column(name))
    OR (NOT present @> masked AND NOT name = ANY (known))
$$;
