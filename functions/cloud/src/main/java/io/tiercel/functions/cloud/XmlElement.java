package io.tiercel.functions.cloud;

import io.tiercel.functions.respond.action.ActionException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** An element of an answer, by the names of its children. */
public record XmlElement(Element element) {
    /** Reads a document, without entities and without fetching anything. */
    static XmlElement read(String text) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            // The standard handler prints what it then throws.
            builder.setErrorHandler(new DefaultHandler());
            return new XmlElement(
                    builder.parse(new InputSource(new StringReader(text))).getDocumentElement());
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw ActionException.forNow("AWS's answer cannot be read", e);
        }
    }

    /** All elements at a path of child names. */
    public List<XmlElement> all(String path) {
        List<XmlElement> found = List.of(this);
        for (String name : path.split("/", -1)) {
            List<XmlElement> next = new ArrayList<>();
            for (XmlElement one : found) {
                for (Node node = one.element.getFirstChild(); node != null; node = node.getNextSibling()) {
                    if (node instanceof Element child && local(child).equals(name)) {
                        next.add(new XmlElement(child));
                    }
                }
            }
            found = next;
        }
        return found;
    }

    private static String local(Element element) {
        String name = element.getTagName();
        return name.substring(name.indexOf(':') + 1);
    }

    /** Text of the first element at a path; empty if there is none or nothing in it. */
    public Optional<String> text(String path) {
        return all(path).stream()
                .map(one -> one.element.getTextContent().strip())
                .filter(text -> !text.isEmpty())
                .findFirst();
    }

    /** Texts of all elements at a path. */
    public List<String> texts(String path) {
        return all(path).stream()
                .map(one -> one.element.getTextContent().strip())
                .toList();
    }

    /** Text of the first element at a path, which has to be there. */
    public String needed(String path) {
        return text(path)
                .orElseThrow(() -> ActionException.because("AWS's answer has no " + path + " in " + local(element)));
    }

    /** Whether the first element at a path says {@code true}. */
    public boolean flag(String path) {
        return text(path).filter("true"::equalsIgnoreCase).isPresent();
    }
}
