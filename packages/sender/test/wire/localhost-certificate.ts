/** A self-signed certificate for localhost that nobody trusts, until 2126: for tests over TLS alone. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUC47gBRfwB7fBBgvHgX0hx4N/1lMwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzE5NTM1MVoYDzIxMjYxMDMw
MTk1MzUxWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAR/SMuCPp+EI/jMwNXoeL7yXBj88qNrPQ/X7cMHdwzT1Dy98eewesu7
49Xvq+tFXmrte0TpB4ZW1r0y5SPFnCPxo28wbTAdBgNVHQ4EFgQUOMe9LJQTt7bG
Lu4ocHkHzIYaVtgwHwYDVR0jBBgwFoAUOMe9LJQTt7bGLu4ocHkHzIYaVtgwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIhANjR/FCe+aLPrR5zy1CdFEvB+gDU5w2To1uPNfjfdHanAiA6
b5PYFlDvAVeHP4I7uEH6D0crVb8sy/hrTPxznRy9pQ==
-----END CERTIFICATE-----
`

/** Its key, which is no secret. */
export const privateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgf+HNAhi4Ye9NqvD6
x6aa/8WUirssC5yHYazYw5vf8WahRANCAAR/SMuCPp+EI/jMwNXoeL7yXBj88qNr
PQ/X7cMHdwzT1Dy98eewesu749Xvq+tFXmrte0TpB4ZW1r0y5SPFnCPx
-----END PRIVATE KEY-----
`
