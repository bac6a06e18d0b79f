package io.tiercel.functions.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts in guillemets are the secrets; they are redacted, and everything else stays. */
@Tag("unit")
class SecretScannerTest {
    private static final Redactor REDACTOR = new Redactor(PrivacySettings.DEFAULT);
    private static final String AWS_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private static final String JWT =
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P";

    /** Steps per character that any text may take. */
    private static final long MAX_STEPS = 40;

    static List<String> commandLines() {
        return List.of(
                "mysql -h db -u root -p«hunter2» shop",
                "/usr/bin/mysqldump --single-transaction -p«hunter2» shop",
                "mysql -u root -p shop",
                "mysql --password=«hunter2» -e select",
                "mariadb-dump --user=backup --password «hunter2» shop",
                "sh -c mysqladmin -p«s3cr3t» status",
                "sshpass -p «hunter2» ssh root@10.0.0.1",
                "sshpass -p«hunter2» ssh -p 2222 host",
                "env PGPASSWORD=«hunter2» psql -h db -U app",
                "PGPASSWORD='«two words»' psql",
                "export DB_PASS=«hunter2» DB_USER=app",
                "docker login -u ci -p «hunter2» registry.example.com",
                "docker run -p 8080:80 nginx",
                "docker run -e POSTGRES_PASSWORD=«hunter2» -p 5432:5432 postgres",
                "helm upgrade app --set auth.password=«hunter2,image.tag=1»",
                "redis-cli -h cache -a «hunter2» info",
                "curl -u admin:«hunter2» https://example.com/api",
                "curl --user admin https://example.com",
                "curl -H Authorization: Bearer «abc.def-123» https://example.com/a",
                "curl -H 'Authorization: Basic «YWRtaW46aHVudGVyMg==»' https://example.com",
                "curl -H \"X-Api-Key: «0123456789»\" https://example.com",
                "curl -H Cookie: «sid=abc; theme=dark» https://example.com",
                "curl -d {\"user\":\"bob\",\"password\":\"«hun\\\"ter2»\",\"n\":1} https://example.com",
                "sh -c \"curl -d '{\\\"password\\\":\\\"«hunter2»\\\",\\\"user\\\":\\\"bob\\\"}' x\"",
                "curl https://example.com/x?user=bob&token=«abc123»&page=2",
                "git clone https://bob:«hunter2»@github.com/o/r.git",
                "git clone https://«ghp_0123456789abcdefghijABCDEFGHIJ012345»@github.com/o/r.git",
                "git clone ssh://git@github.com/o/r.git",
                "psql postgres://app:«pa/ss?wd»@db:5432/shop",
                "wget http://proxy:3128/a http://example.com:8080/b@c",
                "aws configure set aws_secret_access_key «" + AWS_SECRET + "»",
                "AWS_ACCESS_KEY_ID=«AKIAIOSFODNN7EXAMPLE» AWS_SECRET_ACCESS_KEY=«" + AWS_SECRET + "» aws s3 ls",
                "found «AKIAIOSFODNN7EXAMPLE»:«" + AWS_SECRET + "» in file",
                "echo «" + JWT + "» | cut -d. -f2",
                "kubectl --token=«abcdef» get pods",
                "kubectl --token «abcdef» get pods",
                "java -Djavax.net.ssl.keyStorePassword=«changeit» -jar app.jar",
                "openssl enc -aes-256-cbc -pass «pass:hunter2» -in a",
                "openssl enc -aes-256-cbc -k «hunter2» -in a",
                "7z x -p«hunter2» archive.7z",
                "zip -P «hunter2» a.zip b",
                "ldapsearch -D cn=admin -w «hunter2» -b dc=example",
                "smbclient //srv/share -U bob%«hunter2»",
                "sqlcmd -S db -U sa -P «hunter2»",
                "sqlcmd -S db \"Server=db;Password=«hunter2»;Encrypt=yes\"",
                "printf -----BEGIN RSA PRIVATE KEY-----«\\nMIIEow==\\n»-----END RSA PRIVATE KEY----- > k",
                "echo -----BEGIN PRIVATE KEY-----«MIIEow== »; id",
                "node server.js clientSecret: '«hunter2»', port: 80",
                "password = «hunter2»",
                "consul -token «b1gs33cr3t» members",
                "glab auth --with glpat-x «glpat-0123456789abcdefghij»",
                // Not secrets.
                "cat /etc/passwd",
                "passwd root",
                "PWD=/root OLDPWD=/tmp ls",
                "app --password-file /run/secrets/db --token-ttl 5m --no-password x",
                "app --password-stdin --passwords 3",
                "ssh -p 22 -i key host",
                "mysql -u root -P 3306",
                "systemd-tty-ask-password-agent --watch",
                "bypass=1 compass=north tokenizer=bpe max_tokens=100",
                "the bearer of it is asked for a token");
    }

    private static String marked(String text) {
        StringBuilder marked = new StringBuilder();
        int copied = 0;
        for (TextScanner.Span span : new SecretScanner(text, null).scan()) {
            marked.append(text, copied, span.start());
            marked.append('«').append(text, span.start(), span.end()).append('»');
            copied = span.end();
        }
        return marked.append(text.substring(copied)).toString();
    }

    @ParameterizedTest
    @MethodSource("commandLines")
    void secretsInCommandLines(String expected) {
        assertEquals(expected, marked(expected.replaceAll("[«»]", "")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password=\"",
                "password='",
                "password=\\\"",
                "-----BEGIN PRIVATE KEY-----!",
                "-----BEGIN ",
                "a://",
                "a://b:c@",
                "eyJ-",
                "eyJaaaaaaaaaa.",
                "ghp_-",
                "AKIAIOSFODNN7EXAMPLE.",
                "token=",
                "token ",
                "--token ",
                "Cookie: a; ",
                "Authorization: ",
                "bearer ",
                "mysql -p",
                "mysql -p\"",
                "curl -u ",
                "-",
                ".",
                "a",
                "\"",
                "password:\\\\\"",
                "{\"password\":",
                "hvs.",
                "x.-",
                "secret_access_key   ",
                "--password   \"",
                "glpat-"
            })
    void repeatedPartsTakeLinearTime(String part) {
        assertLinear(part.repeat(40_000 / part.length()));
        assertLinear("password=\"" + part.repeat(40_000 / part.length()));
    }

    @Property(tries = 500)
    void textsOfSuspiciousPartsTakeLinearTimeAndRedactingTwiceIsLikeOnce(@ForAll("suspicious") String text) {
        assertLinear(text);
        String once = REDACTOR.text(text);
        assertEquals(once, REDACTOR.text(once));
    }

    @Property(tries = 500)
    void anyTextTakesLinearTimeAndRedactingTwiceIsLikeOnce(@ForAll String text) {
        assertLinear(text);
        String once = REDACTOR.text(text);
        assertEquals(once, REDACTOR.text(once));
    }

    private static void assertLinear(String text) {
        SecretScanner scanner = new SecretScanner(text, ProgramOptions.of("mysql"));
        scanner.scan();
        assertTrue(
                scanner.steps() <= MAX_STEPS * text.length() + 200,
                () -> scanner.steps() + " steps for " + text.length() + " characters of "
                        + text.substring(0, Math.min(text.length(), 60)));
    }

    @Provide
    Arbitrary<String> suspicious() {
        List<String> parts = Stream.of(
                        "password token secret_access_key Authorization Cookie bearer Basic mysql curl docker login -p -u -k --"
                                .split(" "),
                        new String[] {
                            " ",
                            "  ",
                            "=",
                            ":",
                            ": ",
                            "\"",
                            "'",
                            "`",
                            "\\",
                            "\\\"",
                            "://",
                            "/",
                            "@",
                            "?",
                            "&",
                            "#",
                            ";",
                            ",",
                            "{",
                            "}",
                            "[",
                            "]",
                            "(",
                            "\n",
                            "\0",
                            "<NA>",
                            "null",
                            "[redacted]",
                            "[",
                            "redacted]",
                            "-----",
                            "-----BEGIN PRIVATE KEY-----",
                            "-----END PRIVATE KEY-----",
                            "BEGIN ",
                            "eyJ",
                            "eyJaaaaaaaaaa.",
                            "AKIAIOSFODNN7EXAMPLE",
                            "ghp_0123456789abcdefghijABCDEFGHIJ",
                            "hunter2",
                            "x",
                            "\u00e9",
                            "\ud83d",
                            "0",
                            "%",
                            "U",
                            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
                        })
                .flatMap(Stream::of)
                .toList();
        return Arbitraries.of(parts).list().ofMaxSize(60).map(list -> String.join("", list));
    }

    @Test
    void theProgramOfTheAlertDecidesAboutShortOptions() {
        assertEquals(
                List.of(new TextScanner.Span(2, 9)), new SecretScanner("-phunter2", ProgramOptions.of("mysql")).scan());
        assertEquals(List.of(), new SecretScanner("-p22", ProgramOptions.of("ssh")).scan());
    }
}
