export { CONFIGURATION_ERRORS, ERRORS } from '../errors.ts'
export { diagnose } from './diagnose.ts'
export type { Diagnosis, DiagnosisCheck, DiagnosisCode } from './diagnosis.ts'
export { DIAGNOSES } from './diagnosis.ts'
