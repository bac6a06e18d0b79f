package io.tiercel.functions.privacy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one-letter options of a program that take a secret.
 *
 * @param attached letters with the secret in the same argument, as in {@code -pSECRET}
 * @param separate letters with the secret in the next argument, as in {@code -p SECRET}
 * @param pair letters with a user and a secret, as in {@code -u USER:SECRET}
 * @param separator the character between user and secret
 */
record ProgramOptions(String attached, String separate, String pair, char separator) {
    /** The longest name of a program in the table, in characters. */
    static final int MAX_NAME = 16;

    private static final ProgramOptions LOGIN = new ProgramOptions("", "p", "", ':');

    /** Programs whose subcommand {@code login} takes a password. Elsewhere their option {@code -p} is a port. */
    private static final Set<String> WITH_LOGIN = Set.of(
            "docker", "podman", "buildah", "skopeo", "nerdctl", "helm", "oc", "az", "crane", "oras", "regctl", "cf");

    /** Programs that often follow one of the table in a command, and whose options hold no secrets. */
    private static final Set<String> WITHOUT = Set.of("ssh", "scp", "sftp", "rsync", "tar", "gzip", "psql", "grep");

    private static final ProgramOptions NO_OPTION = new ProgramOptions("", "", "", ':');

    /** No option before the subcommand. Its separator tells it from {@link #NO_OPTION}. */
    private static final ProgramOptions LOGIN_ONLY = new ProgramOptions("", "", "", ' ');

    private static final Map<String, ProgramOptions> PROGRAMS = programs();

    private static Map<String, ProgramOptions> programs() {
        Map<String, ProgramOptions> programs = new HashMap<>();
        put(programs, new ProgramOptions("p", "", "", ':'), List.of("7z", "7za", "7zr"));
        put(
                programs,
                new ProgramOptions("p", "", "", ':'),
                List.of("mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlshow", "mysqlcheck", "mysqlpump"));
        put(
                programs,
                new ProgramOptions("p", "", "", ':'),
                List.of("mariadb", "mariadb-dump", "mariadb-admin", "mariadb-import", "mysqlslap", "xtrabackup"));
        put(programs, new ProgramOptions("p", "p", "", ':'), List.of("sshpass", "mongo", "mongosh", "mongodump"));
        put(
                programs,
                new ProgramOptions("p", "p", "", ':'),
                List.of("mongorestore", "mongoexport", "mongoimport", "mongostat", "clickhouse"));
        put(programs, new ProgramOptions("a", "a", "", ':'), List.of("redis-cli", "valkey-cli", "keydb-cli"));
        put(programs, new ProgramOptions("P", "P", "", ':'), List.of("zip", "unzip", "sqlcmd", "bcp", "ipmitool"));
        put(
                programs,
                new ProgramOptions("w", "w", "", ':'),
                List.of("ldapsearch", "ldapmodify", "ldapadd", "ldapdelete", "ldappasswd", "ldapwhoami"));
        put(programs, new ProgramOptions("", "kK", "", ':'), List.of("openssl"));
        put(programs, new ProgramOptions("", "", "uU", ':'), List.of("curl"));
        put(programs, new ProgramOptions("", "", "a", ':'), List.of("http", "https", "xh"));
        put(programs, new ProgramOptions("", "", "U", '%'), List.of("smbclient", "rpcclient", "winexe", "smbget"));
        WITH_LOGIN.forEach(name -> programs.put(name, LOGIN_ONLY));
        WITHOUT.forEach(name -> programs.put(name, NO_OPTION));
        return Map.copyOf(programs);
    }

    private static void put(Map<String, ProgramOptions> programs, ProgramOptions options, List<String> names) {
        names.forEach(name -> programs.put(name, options));
    }

    /** Returns the options of a program by the last part of its path; null if it is not in the table. */
    static @Nullable ProgramOptions of(String name) {
        return PROGRAMS.get(name);
    }

    /** Returns the options after another word of the command. */
    ProgramOptions after(String word) {
        return equals(LOGIN_ONLY) && word.equals("login") ? LOGIN : this;
    }
}
