package io.tiercel.functions.lookup;

import io.tiercel.functions.respond.action.ActionException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;
import software.amazon.awssdk.core.exception.SdkClientException;

/** An XML element of a response of EC2. Paths are names of child elements, separated by slashes. */
record XmlElement(Element element) {
    /**
     * Parses a document. Rejects document type declarations, so that no entity is expanded and nothing is fetched.
     *
     * @throws SdkClientException if the document is not valid
     */
    static XmlElement parse(byte[] document) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            // The default handler prints each error to standard error.
            builder.setErrorHandler(new DefaultHandler());
            return new XmlElement(
                    builder.parse(new ByteArrayInputStream(document)).getDocumentElement());
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw SdkClientException.create("EC2 sent an invalid XML response", e);
        }
    }

    /** Returns all elements at a path. */
    List<XmlElement> elements(String path) {
        List<XmlElement> found = List.of(this);
        for (String name : path.split("/", -1)) {
            List<XmlElement> next = new ArrayList<>();
            for (XmlElement parent : found) {
                for (Node node = parent.element.getFirstChild(); node != null; node = node.getNextSibling()) {
                    if (node instanceof Element child && localName(child).equals(name)) {
                        next.add(new XmlElement(child));
                    }
                }
            }
            found = next;
        }
        return found;
    }

    private static String localName(Element element) {
        String name = element.getTagName();
        return name.substring(name.indexOf(':') + 1);
    }

    /** Returns the text of the first element at a path; empty if there is none or it is blank. */
    Optional<String> text(String path) {
        return elements(path).stream()
                .map(found -> found.element.getTextContent().strip())
                .filter(text -> !text.isEmpty())
                .findFirst();
    }

    /** Returns the texts of all elements at a path. */
    List<String> texts(String path) {
        return elements(path).stream()
                .map(found -> found.element.getTextContent().strip())
                .toList();
    }

    /**
     * Returns the text of the first element at a path.
     *
     * @throws ActionException if there is none
     */
    String requiredText(String path) {
        return text(path)
                .orElseThrow(() ->
                        ActionException.permanent("the response of EC2 has no " + path + " in " + localName(element)));
    }
}
