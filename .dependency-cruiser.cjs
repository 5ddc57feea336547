/** The floors of the house, top to bottom; imports only go down. See docs/architecture.md. */
const room = (name) => `^service/src/${name}/`;
const useCases = [
  'audit',
  'authorities',
  'cases',
  'certificates',
  'copies',
  'disclosure',
  'grants',
  'health',
  'holders',
  'imports',
  'licences',
  'matters',
  'notices',
  'people',
  'presentations',
  'proofs',
  'recalls',
  'receipts',
  'seals',
  'systems',
  'trust',
  'usage',
  'waivers',
];
const makers = ['credentials', 'documents', 'sealing', 'qrcode'];
const adapters = [
  '^service/src/store/(?!.*(store|page|people|administration|licences|seals|usageRecords|catalogue|imports|trustProposals|presentations|grants|receipts|cases|holderMaterials|waivers|objections|erasures|recalls|notices|systems|figures|alarmFacts)\\.ts$)',
  '^service/src/ledger/(embedded|fabric)/',
  '^service/src/keys/file(Imported)?KeyStore',
];
const anyOf = (names) => `^service/src/(${names.join('|')})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'chaincode-stands-alone',
      comment: 'A peer gets this folder alone.',
      severity: 'error',
      from: { path: '^chaincode/src/' },
      to: { path: '^(service|scripts|web|test)/' },
    },
    {
      name: 'rules-are-pure',
      comment: 'The face to the service and the rules behind it know no Fabric.',
      severity: 'error',
      from: {
        path: '^chaincode/src/(model|seal/(seal|mandate)|licence/licence|catalogue/catalogue|usage/usage|authority/authority)\\.ts$',
      },
      to: { path: 'fabric-(contract-api|shim)' },
    },
    {
      name: 'contracts-only-in-the-embedded-ledger',
      severity: 'error',
      from: {
        path: '^(service|scripts)/',
        pathNot: '^(service/src/ledger/embedded/embeddedLedger\\.ts|scripts/commands/)',
      },
      to: { path: '^chaincode/dist/index\\.js$' },
    },
    {
      name: 'koa-only-in-http',
      severity: 'error',
      from: { path: '^service/src/', pathNot: '^service/src/(http/|app\\.ts$)' },
      to: { path: 'node_modules/(koa|@koa)/' },
    },
    {
      name: 'prisma-only-in-store',
      severity: 'error',
      from: { path: '^service/src/', pathNot: '^service/src/store/' },
      to: { path: '(node_modules/@?prisma|^service/generated/)' },
    },
    {
      name: 'sqlite-only-in-store-and-ledger',
      severity: 'error',
      from: { path: '^service/src/', pathNot: '^service/src/(store|ledger)/' },
      to: { path: 'node_modules/better-sqlite3/' },
    },
    {
      name: 'use-cases-know-ports',
      comment: 'They run in tests without disk or network.',
      severity: 'error',
      from: { path: anyOf([...useCases, 'verification', ...makers]) },
      to: { path: adapters.join('|') },
    },
    {
      name: 'use-cases-stay-apart',
      severity: 'error',
      from: { path: anyOf(['seals', 'licences', 'verification']) },
      to: { path: anyOf(['seals', 'licences', 'verification']), pathNot: ['^service/src/$1/'] },
    },
    {
      name: 'makers-know-no-use-case',
      severity: 'error',
      from: { path: anyOf([...makers, 'pki', 'keys', 'ledger', 'store']) },
      to: { path: anyOf([...useCases, 'verification', 'http', 'demo']) },
    },
    {
      name: 'nobody-reads-up-to-http',
      severity: 'error',
      from: { path: '^service/src/', pathNot: '^service/src/(http/|app\\.ts$|main\\.ts$)' },
      to: { path: [room('http'), '^service/src/(app|main)\\.ts$'] },
    },
    {
      name: 'ground-reads-nothing-above',
      severity: 'error',
      from: {
        path: '^service/src/(errors|report|clock|config|language|ulid|civilTime|identifier|holderCode)\\.ts$',
      },
      to: { path: '^service/src/[^/]+/' },
    },
    {
      name: 'connector-only-by-its-door',
      comment: 'The default install leaves it out.',
      severity: 'error',
      from: {
        path: '^(chaincode|service|scripts|web)/',
        pathNot: '^service/src/ledger/fabric/olderNetwork\\.ts$',
      },
      to: { path: '^service-fabric-network/' },
    },
    {
      name: 'connector-knows-its-port',
      severity: 'error',
      from: { path: '^service-fabric-network/src/' },
      to: {
        path: '^(chaincode|service|scripts|web)/',
        pathNot: '^service/src/ledger/fabric/(transport|connectionProfile)\\.ts$',
      },
    },
    {
      name: 'web-talks-http-only',
      severity: 'error',
      from: { path: '^web/src/' },
      to: { path: '^(service|chaincode|scripts)/' },
    },
    {
      name: 'console-rooms-stay-apart',
      comment: 'Each is loaded by whoever works in it; what they share lies beside them.',
      severity: 'error',
      from: { path: '^web/src/console/(window|department|holder|auditor|administrator|kiosk)/' },
      to: {
        path: '^web/src/console/(window|department|holder|auditor|administrator|kiosk)/',
        pathNot: '^web/src/console/$1/',
      },
    },
    {
      name: 'page-knows-no-console',
      comment: 'It stays small.',
      severity: 'error',
      from: { path: '^web/src/', pathNot: '^web/src/console/' },
      to: { path: '^web/src/console/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'chaincode/dist', 'service/generated'] },
    exclude: { path: ['^service/generated/', '^test/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.vue'],
    },
  },
};
