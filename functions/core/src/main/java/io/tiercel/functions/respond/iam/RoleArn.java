package io.tiercel.functions.respond.iam;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.rules.text.TextLimit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ARN of an IAM role. The annotation of a service account can contain any text, so nothing else of it is used.
 *
 * @param text the whole ARN
 * @param account the account, 12 digits
 * @param name the name of the role, without its path
 */
record RoleArn(String text, String account, String name) {
    private static final Pattern ARN = Pattern.compile(
            "arn:aws[a-z-]{0,20}:iam::([0-9]{12}):role/(?:[!-.0-~]{1,200}/){0,16}([A-Za-z0-9_+=,.@-]{1,64})");

    /**
     * Parses an ARN.
     *
     * @throws ActionException of kind {@code NOT_APPLICABLE} if the text is not the ARN of a role
     */
    static RoleArn parse(String text) {
        Matcher arn = ARN.matcher(text);
        if (!arn.matches()) {
            throw ActionException.notApplicable(
                    "\"" + TextLimit.cut(text, 100) + "\" is not the ARN of a role; nothing was changed");
        }
        return new RoleArn(text, arn.group(1), arn.group(2));
    }
}
