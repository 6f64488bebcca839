"""The PDF/UA identifier in XMP metadata that already names PDF/A."""

_END = b"</rdf:RDF>"

# ISO 14289-1 section 5 names the property; ISO 19005-3 section 6.6.2.3 wants a schema described that it does not know.
_MARK = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file says it follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


def with_accessibility_mark(xmp: bytes) -> bytes:
    """Return the metadata with the mark of PDF/UA-1 (ISO 14289-1) added.

    :raises ValueError: if it is not one RDF block in the prefix `rdf`.
    """
    if xmp.count(_END) != 1:
        raise ValueError("the metadata is not one block of RDF")
    return xmp.replace(_END, _MARK + _END)
