package io.tiercel.functions.channels.email;

import io.tiercel.functions.config.YamlNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address of a mail, as the notification file names it.
 *
 * @param text the address, with or without a name: {@code Tiercel <alerts@example.com>}
 * @param domain the part after the {@code @}
 */
record MailAddress(String text, String domain) {
    private static final String ADDRESS =
            "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)";
    private static final Pattern FORM = Pattern.compile(ADDRESS + "|[A-Za-z0-9 ._-]{1,64} <" + ADDRESS + ">");

    /** Reads an address. */
    static MailAddress read(YamlNode node) {
        Matcher matcher = FORM.matcher(node.text());
        if (!matcher.matches()) {
            throw node.error(
                    "\"" + node.text() + "\" is not a mail address",
                    "write an address such as alerts@example.com or Tiercel <alerts@example.com>");
        }
        return new MailAddress(node.text(), matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }
}
