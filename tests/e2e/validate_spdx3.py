"""Runs spdx3-validate where spdx.org cannot be reached: schema, context and shapes are read from the folder that
SPDX3_MODEL names (v3.0.1/rdf of the branch gh-pages of spdx/spdx-spec), if it names one."""

import email.message
import os
import pathlib
import sys
import urllib.request
import urllib.response


class Folder(urllib.request.HTTPSHandler):
    """Answers for spdx.org from a folder."""

    def https_open(self, request):
        name = request.full_url.rsplit('/', 1)[1].replace('spdx-json-schema', 'schema')
        content = (pathlib.Path(os.environ['SPDX3_MODEL']) / name).open('rb')
        headers = email.message.Message()
        headers['Content-Type'] = 'text/turtle' if name.endswith('.ttl') else 'application/ld+json'
        answer = urllib.response.addinfourl(content, headers, request.full_url, 200)
        answer.msg = 'OK'
        return answer


if os.environ.get('SPDX3_MODEL'):
    urllib.request.install_opener(urllib.request.build_opener(Folder))

from spdx3_validate.main import main  # noqa: E402  the opener must be there first

sys.exit(main())
