package io.tiercel.functions.aws.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.operate.Caller;
import io.tiercel.functions.operate.IncidentNotes;
import io.tiercel.functions.operate.OperatorRole;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Determines who invoked the function, from a proof that only the caller can create. */
final class CallerVerifier {
    /** The name of a caller without a proof. Such a caller can only read. */
    static final String UNIDENTIFIED = "aws:unidentified";

    private static final Pattern FUNCTION_ARN =
            Pattern.compile("arn:(?<partition>aws[a-z-]{0,20}):lambda:[a-z0-9-]+:(?<account>[0-9]{12}):function:.+");

    /** A user, a role's session, a federated user or the account itself. Names are printable ASCII. */
    private static final Pattern CALLER_ARN =
            Pattern.compile("arn:(?<partition>aws[a-z-]{0,20}):(?:iam|sts)::(?<account>[0-9]{12}):"
                    + "(?:root|(?:user|assumed-role|federated-user)/[\\x21-\\x7e]{1,800})");

    private final CallerIdentityService sts;
    private final InstantSource clock;
    private final OperatorRole role;

    /** @param role what callers of this function may do */
    CallerVerifier(CallerIdentityService sts, InstantSource clock, OperatorRole role) {
        this.sts = sts;
        this.clock = clock;
        this.role = role;
    }

    /**
     * Returns the caller.
     *
     * @param identity the member {@code identity} of the request; missing if it has none
     * @param function name of this function
     * @param functionArn ARN of this function, which contains its account
     * @throws IdentityRejected if there is a proof that is not valid
     * @throws IdentityUnavailable if STS does not answer
     */
    Caller caller(JsonNode identity, String function, String functionArn) throws IdentityRejected, IdentityUnavailable {
        if (identity.isMissingNode() || identity.isNull()) {
            return new Caller(UNIDENTIFIED, OperatorRole.VIEWER);
        }
        String arn = sts.arn(PresignedIdentity.parse(identity, function, clock.instant()), function);
        Matcher caller = CALLER_ARN.matcher(arn);
        if (!caller.matches()) {
            throw new IdentityUnavailable("STS sent an ARN of an unknown form");
        }
        if (arn.length() > IncidentNotes.MAX_OPERATOR) {
            throw new IdentityRejected("the ARN of the caller has more than " + IncidentNotes.MAX_OPERATOR
                    + " characters; use a shorter path or name");
        }
        Matcher own = FUNCTION_ARN.matcher(functionArn);
        // Otherwise a caller could sign with credentials of an account of its own, with any name that it likes.
        if (!own.matches()
                || !own.group("account").equals(caller.group("account"))
                || !own.group("partition").equals(caller.group("partition"))) {
            throw new IdentityRejected(
                    "identity.url was signed with credentials of another account; assume a role in the function's"
                            + " account");
        }
        return new Caller(arn, role);
    }

    /** Returns whether a caller could do more with a proof of its identity. */
    boolean lacksProof(Caller caller) {
        return caller.name().equals(UNIDENTIFIED) && role != OperatorRole.VIEWER;
    }
}
