package io.tiercel.functions.operate;

/**
 * An authenticated operator.
 *
 * @param name name in the audit log, such as the ARN of an IAM role; proven by a credential, except for the part after
 *     {@code http:}
 * @param role what the credential permits
 */
public record Caller(String name, OperatorRole role) {}
