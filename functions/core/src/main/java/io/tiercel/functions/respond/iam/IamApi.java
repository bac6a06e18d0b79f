package io.tiercel.functions.respond.iam;

import java.util.Map;
import java.util.Optional;

/**
 * The IAM operations that actions need. Reads and writes throw {@link
 * io.tiercel.functions.respond.action.ActionException}. A read of an object that does not exist returns an empty result.
 */
public interface IamApi {
    /**
     * An IAM role of this account.
     *
     * @param name the name
     * @param path the path, such as {@code /} or {@code /aws-service-role/eks.amazonaws.com/}
     * @param arn the ARN, which includes the path
     * @param trustPolicy the JSON document that names who can assume the role; {@code {}} if unknown
     */
    record Role(String name, String path, String arn, String trustPolicy) {}

    Optional<Role> role(String name);

    /** Returns the name of the role in an instance profile. */
    Optional<String> roleOfProfile(String profileArn);

    /** Returns the inline policies of a role: JSON documents by policy name. */
    Map<String, String> inlinePolicies(String role);

    /** Makes a call. */
    void write(Write write);

    /** A call that changes the target. */
    sealed interface Write {
        record PutRolePolicy(String role, String name, String document) implements Write {}

        record DeleteRolePolicy(String role, String name) implements Write {}

        /** Returns the call and its arguments on one line, for the audit log. */
        default String description() {
            return "iam " + this;
        }
    }
}
