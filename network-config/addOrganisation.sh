#!/bin/sh
# addOrganisation.sh CONFIG_BLOCK ORGANISATION_JSON ENVELOPE: writes the update of channel yinxin that adds an organisation with
# peers, for its members to sign. CONFIG_BLOCK is the channel's (peer channel fetch config), ORGANISATION_JSON what the new
# organisation gave (configtxgen -printOrg). Needs Fabric's configtxlator, and node.
set -eu
block=$1 organisation=$2 envelope=$3
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

configtxlator proto_decode --type common.Block --input "$block" --output "$work/block.json"
node -e '
  const { readFileSync, writeFileSync } = require("node:fs");
  const [work, file] = process.argv.slice(1);
  const read = (path) => JSON.parse(readFileSync(path, "utf8"));
  const config = read(`${work}/block.json`).data.data[0].payload.data.config;
  const organisation = read(file);
  const { groups } = config.channel_group.groups.Application;
  const mspId = organisation.values.MSP.value.config.name;
  if (groups[mspId] !== undefined) throw new Error(`${mspId} is a member already`);
  writeFileSync(`${work}/before.json`, JSON.stringify(config));
  groups[mspId] = organisation;
  writeFileSync(`${work}/after.json`, JSON.stringify(config));
' "$work" "$organisation"
for one in before after; do
  configtxlator proto_encode --type common.Config --input "$work/$one.json" --output "$work/$one.pb"
done
configtxlator compute_update --channel_id yinxin --original "$work/before.pb" --updated "$work/after.pb" \
  --output "$work/update.pb"
configtxlator proto_decode --type common.ConfigUpdate --input "$work/update.pb" --output "$work/update.json"
node -e '
  const { readFileSync, writeFileSync } = require("node:fs");
  const [work] = process.argv.slice(1);
  const config_update = JSON.parse(readFileSync(`${work}/update.json`, "utf8"));
  const header = { channel_header: { channel_id: "yinxin", type: 2 } };
  writeFileSync(`${work}/envelope.json`, JSON.stringify({ payload: { header, data: { config_update } } }));
' "$work"
configtxlator proto_encode --type common.Envelope --input "$work/envelope.json" --output "$envelope"
