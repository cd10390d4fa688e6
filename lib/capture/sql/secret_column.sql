CREATE OR REPLACE FUNCTION annals.secret_column(name text) RETURNS boolean
-- version: 1
-- The default deny-list: is a column of this name masked unless it was revealed on purpose? Words are
-- found in snake_case, camelCase and kebab-case alike.
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS $$
  SELECT '_' || lower(regexp_replace(regexp_replace(name, '([a-z0-9])([A-Z])', '\1_\2', 'g'), '[^A-Za-z0-9]+', '_', 'g')) || '_'
    ~ ('_(pass(wd|word|phrase|code)s?|password[a-z]*|pwd|secrets?|tokens?|api_?keys?|access_?keys?|private_?keys?|secret_?keys?'
    || '|encryption_?keys?|signing_?keys?|credentials?|authorization|cookies?|session_?(id|key|token)s?|otp|totp|mfa'
    || '|pin|pin_?code|cvv|cvc|card_?number|pan|ssn|salt)_')
$$;
