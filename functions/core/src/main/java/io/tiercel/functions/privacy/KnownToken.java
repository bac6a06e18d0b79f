package io.tiercel.functions.privacy;

import java.util.List;

/**
 * The form of a credential that is recognized without a name.
 *
 * @param prefix its first characters
 * @param minimum the minimum number of letters, digits, {@code _} and {@code -} after the prefix
 */
record KnownToken(String prefix, int minimum) {
    /** Tokens of services that give them a fixed prefix. */
    static final List<KnownToken> ALL = List.of(
            new KnownToken("ghp_", 30),
            new KnownToken("gho_", 30),
            new KnownToken("ghu_", 30),
            new KnownToken("ghs_", 30),
            new KnownToken("ghr_", 30),
            new KnownToken("github_pat_", 30),
            new KnownToken("glpat-", 16),
            new KnownToken("xoxb-", 16),
            new KnownToken("xoxp-", 16),
            new KnownToken("xoxa-", 16),
            new KnownToken("xoxs-", 16),
            new KnownToken("xapp-", 16),
            new KnownToken("sk_live_", 16),
            new KnownToken("rk_live_", 16),
            new KnownToken("sk-ant-", 16),
            new KnownToken("npm_", 30),
            new KnownToken("dop_v1_", 30),
            new KnownToken("hvs.", 20),
            new KnownToken("AIza", 30),
            new KnownToken("dckr_pat_", 16));

    /** First characters of the ids of AWS access keys, which have {@link #AWS_ID_REST} more. */
    static final List<String> AWS_IDS = List.of("AKIA", "ASIA");

    static final int AWS_ID_REST = 16;

    /** Number of characters of an AWS secret access key. */
    static final int AWS_SECRET = 40;

    /** First characters of a JSON Web Token: the start of a JSON object in base64. */
    static final String JWT = "eyJ";

    /** Minimum length of the first and second part of a JSON Web Token, in characters. */
    static final int JWT_PART = 10;
}
