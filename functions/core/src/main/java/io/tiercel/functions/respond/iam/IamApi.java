package io.tiercel.functions.respond.iam;

import java.util.Map;
import java.util.Optional;

/**
 * The part of IAM that actions need. Reads and writes throw {@link io.tiercel.functions.respond.action.ActionException}; a read of
 * what is not there is empty instead.
 */
public interface IamApi {
    /** A role. */
    record Role(String name, String path) {}

    Optional<Role> role(String name);

    /** Name of the role in an instance profile. */
    Optional<String> roleOf(String profileArn);

    /** A role's inline policies: documents as JSON by name. */
    Map<String, String> inlinePolicies(String role);

    /** Makes a call. */
    void write(Write write);

    /** A call that changes something. */
    sealed interface Write {
        record PutPolicy(String role, String name, String document) implements Write {}

        record DeletePolicy(String role, String name) implements Write {}

        /** The call and its arguments in a line. */
        default String text() {
            return "iam " + this;
        }
    }
}
