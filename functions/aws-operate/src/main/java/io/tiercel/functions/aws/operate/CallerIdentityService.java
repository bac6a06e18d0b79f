package io.tiercel.functions.aws.operate;

/** Returns whose credentials signed a request. */
@FunctionalInterface
interface CallerIdentityService {
    /**
     * Asks STS.
     *
     * @param function name of this function, the value of the signed header
     * @return the ARN of the caller, which only STS has checked
     * @throws IdentityRejected if STS rejects the signature
     * @throws IdentityUnavailable if STS does not answer
     */
    String arn(PresignedIdentity identity, String function) throws IdentityRejected, IdentityUnavailable;
}
