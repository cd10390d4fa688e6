/** Our environment without the variables that would steer PostgreSQL elsewhere (`PGDATA`, `PGPORT`, …). */
export function childEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env };
  for (const name of Object.keys(environment)) {
    if (/^(PG[A-Z]|LC_|LANG)/.test(name)) delete environment[name];
  }
  return { ...environment, LC_ALL: "C" };
}
