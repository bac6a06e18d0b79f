package io.tiercel.functions.privacy;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The form of a credential that is recognized without a name. Besides its prefix and its length, a token has a digit, or letters of both
 * cases: a name such as {@code npm_config_local_prefix_of_a_project} is none.
 *
 * @param prefix its first characters
 * @param minimum the minimum number of further characters
 * @param marks the characters that it may contain beside letters and digits
 */
record KnownToken(String prefix, int minimum, String marks) {
    /** First characters of the ids of AWS access keys, which have {@link #AWS_ID_REST} more. */
    static final List<String> AWS_IDS = List.of("AKIA", "ASIA", "ABIA", "ACCA");

    static final int AWS_ID_REST = 16;

    /** Number of characters of an AWS secret access key. */
    static final int AWS_SECRET = 40;

    /** First characters of a JSON Web Token: the start of a JSON object in base64. */
    static final String JWT = "eyJ";

    /** Minimum length of the first and second part of a JSON Web Token, in characters. */
    static final int JWT_PART = 10;

    private static final int ASCII = 128;

    /** The tokens by the first character of their prefix, in groups of one form. */
    private static final List<List<KnownToken>> BY_FIRST = byFirst(Stream.of(
                    // GitHub, npm, Hugging Face, Groq, Linear and Prefect.
                    tokens(30, "", "ghp_ gho_ ghu_ ghs_ ghr_ npm_ hf_ api_org_ gsk_ lin_api_ lin_oauth_ pnu_"),
                    // DigitalOcean, Shopify and Shippo.
                    tokens(28, "", "dop_v1_ doo_v1_ dor_v1_ shpat_ shpca_ shppa_ shpss_ shippo_live_ shippo_test_"),
                    // RubyGems, Notion, Perplexity, Pulumi, Supabase, Replicate, ReadMe, Sentry, Databricks, Doppler,
                    // Buildkite.
                    tokens(32, "", "rubygems_ ntn_ pplx- pul- sbp_ r8_ rdme_ sntryu_ dapi dp.pt. bkua_"),
                    // age, EasyPost, Artifactory, and old keys of OpenAI.
                    tokens(40, "", "AGE-SECRET-KEY-1 EZAK EZTK AKCp sk-"),
                    // New Relic, Bitbucket and Alibaba Cloud.
                    tokens(19, "", "NRAK- NRJS- ATBB LTAI"),
                    // GitHub, Grafana and Sourcegraph.
                    tokens(30, "_", "github_pat_ glsa_ sgp_"),
                    // GitLab.
                    tokens(16, "_-", "glptt- gldt- glrt- glrtr- glcbt- glft- glimt- glagent- gloas- glsoat- glffct-"),
                    tokens(16, "_-.", "glpat-"),
                    // Slack.
                    tokens(16, "_-%", "xoxb- xoxp- xoxa- xoxs- xoxr- xoxo- xoxc- xoxd- xoxe- xapp-"),
                    // Stripe and Docker Hub.
                    tokens(
                            16,
                            "_-",
                            "sk_live_ rk_live_ sk_test_ rk_test_ sk_prod_ rk_prod_ whsec_ dckr_pat_ dckr_oat_"),
                    // Anthropic, OpenAI and OpenRouter.
                    tokens(16, "_-", "sk-ant- sk-proj- sk-svcacct- sk-admin- sk-or-v1-"),
                    // Vault.
                    tokens(20, "_-", "hvs. hvb. hvr."),
                    // Square, Tailscale, CircleCI, Contentful, Figma, Heroku, Google, New Relic and Supabase.
                    tokens(20, "_-", "sq0atp- sq0csp- tskey- CCIPAT_ CFPAT- figd_ HRKU- GOCSPX- NRII- sb_secret_"),
                    // Google, Frame.io, Scalingo, Fly.io, xAI, NVIDIA, Postman, Brevo, PyPI and Terraform Cloud.
                    tokens(30, "_-", "AIza fio-u- tk-us- fo1_ xai- nvapi- PMAK- xkeysib- xsmtpsib- pypi-AgE atlasv1."),
                    // Google, SendGrid and Dynatrace.
                    tokens(40, "_-.", "ya29. SG. dt0c01."),
                    // PlanetScale and Atlassian.
                    tokens(30, "_-.=", "pscale_tkn_ pscale_pw_ pscale_oauth_ ATATT3 ATCTT3"),
                    // Grafana, Sentry, 1Password and Fly.io.
                    tokens(32, "_-+/=", "glc_ sntrys_ ops_eyJ fm1a_ fm1r_ fm2_"))
            .flatMap(tokens -> tokens)
            .toList());

    private static Stream<KnownToken> tokens(int minimum, String marks, String prefixes) {
        return Stream.of(prefixes.split(" ")).map(prefix -> new KnownToken(prefix, minimum, marks));
    }

    private static List<List<KnownToken>> byFirst(List<KnownToken> tokens) {
        return IntStream.range(0, ASCII)
                .mapToObj(first -> tokens.stream()
                        .filter(token -> token.prefix().charAt(0) == first)
                        .toList())
                .toList();
    }

    /** Returns the tokens whose prefix starts with a character. */
    static List<KnownToken> startingWith(char first) {
        return first < ASCII ? BY_FIRST.get(first) : List.of();
    }
}
