package io.tiercel.rules.match;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class MatchTest {
    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            a*c ~ abbc ~ true
            a*c ~ ac/ ~ false
            *a*b ~ xaab ~ true
            [a-c]x ~ bx ~ true
            [!a-c]x ~ bx ~ false
            [^a]x ~ bx ~ true
            []a]x ~ ]x ~ true
            [a ~ [a ~ true
            [[:digit:]_]? ~ 5/ ~ true
            [a\\]]b ~ ]b ~ true
            \\*a ~ *a ~ true
            \\*a ~ xa ~ false
            a\\ ~ a\\ ~ false
            ** ~ abc ~ true
            [z-a] ~ b ~ false
            """)
    void globs(String pattern, String value, boolean matches) {
        assertEquals(matches, Glob.of(pattern.replace("\\\\", "\\"), false).matches(value.replace("\\\\", "\\")));
    }

    @Test
    void manyStarsMatchQuickly() {
        Glob glob = Glob.of("*a".repeat(100) + "b", false);
        assertTimeout(Duration.ofSeconds(1), () -> glob.matches("a".repeat(4096)));
    }

    /** A glob with stars and question marks matches like the equivalent regular expression. */
    @Property(tries = 2000)
    void globsAgreeWithRegularExpressions(
            @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 8) String value,
            @ForAll @StringLength(max = 6) @Chars({'a', 'b', '*', '?'}) String pattern) {
        boolean expected = value.matches(pattern.replace("*", ".*").replace("?", "."));
        assertEquals(expected, Glob.of(pattern, false).matches(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\d", "a\\b", "(?:a)", "(?i)a", "[\\w]", "\\pL", "(", "[a", "\\Qa", "a{2,1}"})
    void perlSyntaxIsRejected(String expression) {
        assertThrows(IllegalArgumentException.class, () -> PosixRegex.of(expression));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[(?]", "\\.\\(", "[[:alpha:]]+", "[]?]", "(a|b)*", "\\x41", "a{2,3}"})
    void posixSyntaxIsAccepted(String expression) {
        assertNotNull(PosixRegex.of(expression));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.9.9.9, true",
        "10.128.0.0/9, 10.127.0.1, false",
        "10.128.0.0/9, 10.128.0.1, true",
        "0.0.0.0/0, 1.2.3.4, true",
        "1.2.3.4/32, 1.2.3.5, false",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "2001:db8::/32, 2001:db8:8000::1, true",
        "0.0.0.0/0, ::1, false"
    })
    void networks(String network, String address, boolean inside) {
        IpNetwork block = Objects.requireNonNull(IpNetwork.parse(network));
        assertEquals(inside, block.contains(Objects.requireNonNull(IpAddressParser.parse(address))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0", "10.0.0.0/33", "::/0", "::/129", "10.0.0/8", "a/8", "10.0.0.0/", "10.0.0.0/-1", "/8"
            })
    void invalidNetworks(String text) {
        assertNull(IpNetwork.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.2.3",
                "01.2.3.4",
                "256.1.1.1",
                "1.2.3.4.5",
                "::1%lo",
                "localhost",
                "",
                "abcd",
                "1:2",
                "::ffff:1.2.3.4"
            })
    void invalidAddresses(String text) {
        assertNull(IpAddressParser.parse(text));
    }

    @Property(tries = 1000)
    void aPathIsItsOwnPrefix(@ForAll @StringLength(max = 12) @CharRange(from = '/', to = '3') String path) {
        assertEquals(true, PathPrefixes.of(List.of(path)).covers(path + "/x"));
    }

    /** The search skips most characters, but finds what a search in the lower-case text finds. */
    @Property(tries = 3000)
    void aSearchThatIgnoresCaseFindsTheSame(
            @ForAll @StringLength(max = 40) @Chars({'a', 'A', 'b', 'B', '!', '"', ' ', '\u00e1'}) String text,
            @ForAll @StringLength(max = 4) @Chars({'a', 'b', '!', ' ', '\u00e1'}) String part) {
        assertEquals(AsciiCase.lower(text).contains(part), AsciiCase.containsIgnoreCase(text, part));
    }
}
