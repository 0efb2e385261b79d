/** What the recipe uses of `@aws-sdk/client-secrets-manager`, as that package declares it; it is not installed here. */
declare module '@aws-sdk/client-secrets-manager' {
  export class GetSecretValueCommand {
    constructor(input: { SecretId: string; VersionStage?: string })
  }
  export class SecretsManagerClient {
    send(command: GetSecretValueCommand): Promise<{ readonly SecretString?: string }>
  }
}
