package io.tiercel.functions.credential;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.identity.SenderCredentials;
import io.tiercel.functions.identity.SenderVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Tag;

/** Changes valid tokens at random. */
@Tag("unit")
class TokenMutationTest {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=";
    private static final List<String> TOKENS =
            List.of(TestKey.RSA.token(TestClaims.valid()), TestKey.EC.token(TestClaims.valid()));
    private static final SenderVerifier VERIFIER = verifier();

    private static SenderVerifier verifier() {
        try {
            Path keys = Files.createTempFile("keys", ".json");
            keys.toFile().deleteOnExit();
            Files.writeString(keys, TestKey.keySet(TestKey.RSA, TestKey.EC));
            IdentitySettings settings = new IdentitySettings(
                    new IdentitySettings.Tokens(
                            TestClaims.ISSUER, "tiercel", "tiercel", "tiercel-sensor", new KeyLocation.File(keys)),
                    null,
                    false,
                    false);
            SenderVerifier verifier = SenderIdentity.create(settings, null, null, new TestClock());
            // Valid results are in the cache when the changed tokens arrive.
            TOKENS.forEach(token -> assertTrue(verify(verifier, token).verified()));
            return verifier;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Sender verify(SenderVerifier verifier, String token) {
        return verifier.verify(new SenderCredentials(token, null, List.of()), TestClaims.ISSUED);
    }

    @Property
    void a_token_with_another_character_is_not_verified(
            @ForAll @IntRange(max = 1) int which,
            @ForAll @IntRange(max = 1_000_000) int position,
            @ForAll @IntRange(max = 65) int character) {
        String token = TOKENS.get(which);
        int at = position % token.length();
        String changed = token.substring(0, at) + ALPHABET.charAt(character) + token.substring(at + 1);
        Assume.that(!sameBytes(token, changed));
        assertFalse(verify(VERIFIER, changed).verified(), changed);
    }

    @Property
    void a_token_with_a_piece_cut_out_or_doubled_is_not_verified(
            @ForAll @IntRange(max = 1) int which,
            @ForAll @IntRange(max = 1_000_000) int from,
            @ForAll @IntRange(min = 1, max = 200) int length,
            @ForAll boolean doubled) {
        String token = TOKENS.get(which);
        int start = from % token.length();
        int end = Math.min(token.length(), start + length);
        String changed = doubled
                ? token.substring(0, end) + token.substring(start)
                : token.substring(0, start) + token.substring(end);
        Assume.that(!sameBytes(token, changed));
        assertFalse(verify(VERIFIER, changed).verified(), changed);
    }

    @Property
    void any_other_text_is_not_verified(@ForAll @StringLength(max = 100) String text) {
        assertFalse(verify(VERIFIER, text).verified());
    }

    /** Base64 has several forms of one signature: the unused bits of its last character. */
    private static boolean sameBytes(String token, String changed) {
        int dot = token.lastIndexOf('.');
        if (changed.equals(token)) {
            return true;
        }
        try {
            return changed.startsWith(token.substring(0, dot + 1))
                    && Arrays.equals(
                            Base64.getUrlDecoder().decode(token.substring(dot + 1)),
                            Base64.getUrlDecoder().decode(changed.substring(dot + 1)));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
